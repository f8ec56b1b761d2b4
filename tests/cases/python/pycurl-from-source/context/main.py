import pycurl

curl = pycurl.Curl()
curl.setopt(pycurl.URL, "file:///app/main.py")
curl.setopt(pycurl.WRITEFUNCTION, lambda data: print(len(data) > 10))
curl.perform()
print(curl.getinfo(pycurl.EFFECTIVE_URL))
