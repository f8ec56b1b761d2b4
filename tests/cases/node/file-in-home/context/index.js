const express = require("express");
const { execFileSync } = require("child_process");

const app = express();
app.get("/", (request, response) => {
  response.type("png").send(execFileSync("convert", ["-font", "label", "label:here", "png:-"]));
});
app.listen(3000);
