import pytesseract
from PIL import Image

print(pytesseract.get_languages())
print(repr(pytesseract.image_to_string(Image.new("RGB", (200, 40), "white"), lang="deu")))
