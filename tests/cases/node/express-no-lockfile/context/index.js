const path = require('path');
const express = require('express');
const orders = require('./routes/orders');

const app = express();

app.use('/static', express.static(path.join(__dirname, 'public')));
app.use('/orders', orders);
app.get('/', (req, res) => res.send('<link rel="stylesheet" href="/static/app.css"><h1>Orders</h1>'));

app.listen(process.env.PORT || 8080);
