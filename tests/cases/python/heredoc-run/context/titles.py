from lxml import etree

print(etree.parse("feed.xml").xpath("//title/text()"))
