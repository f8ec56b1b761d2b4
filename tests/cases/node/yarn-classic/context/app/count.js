exports.countLetters = (word) => {
  const counts = {};
  for (const letter of [...word].sort()) counts[letter] = (counts[letter] || 0) + 1;
  return counts;
};
