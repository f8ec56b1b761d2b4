if (!process.env.PORT) {
  console.error('PORT is not set');
  process.exit(3);
}
