import io

from pdf2image import convert_from_bytes
from PIL import Image

buffer = io.BytesIO()
Image.new("RGB", (72, 144), "navy").save(buffer, "PDF", resolution=72)
print([page.size for page in convert_from_bytes(buffer.getvalue(), dpi=72)])
