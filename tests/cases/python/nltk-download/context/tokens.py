import sys

from nltk.corpus import stopwords
from nltk.tokenize import word_tokenize

unwanted = set(stopwords.words("english"))
print([word for word in word_tokenize(sys.stdin.read()) if word not in unwanted])
