import sys

import cv2

image = cv2.imread(sys.argv[1], cv2.IMREAD_GRAYSCALE)
print(int(cv2.Canny(image, 50, 150).sum()))
