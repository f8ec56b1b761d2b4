import express from 'express';
import { quotes } from './quotes';

const app = express();

app.get('/', (_request, response) => {
  response.json({ quotes: quotes.length });
});

app.get('/quotes/:number', (request, response) => {
  const quote = quotes[Number(request.params.number)];
  response.status(quote ? 200 : 404).json({ quote: quote ?? null });
});

const server = app.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
