const express = require("express");

const app = express();
app.get("/", (request, response) => response.send(process.env.DATABASE_URL || "none"));
app.listen(3000);
