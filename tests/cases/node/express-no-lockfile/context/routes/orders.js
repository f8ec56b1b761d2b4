const { Router } = require('express');

const router = Router();

router.get('/:id', (req, res) => {
  const id = Number(req.params.id);
  if (!Number.isInteger(id)) return res.status(400).json({ error: 'bad id' });
  res.json({ id, lines: [{ sku: 'A-1', quantity: id % 5 }] });
});

module.exports = router;
