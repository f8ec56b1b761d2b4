const mdns = require("mdns");

mdns.createAdvertisement(mdns.tcp("http"), 3000).start();
