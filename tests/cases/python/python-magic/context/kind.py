import magic

print(magic.from_buffer(b"%PDF-1.4 x", mime=True), magic.from_file("kind.py", mime=True))
