const fs = require("fs");

fs.mkdirSync("static", { recursive: true });
fs.writeFileSync("static/app.css", "body { margin: 0 }\n");
