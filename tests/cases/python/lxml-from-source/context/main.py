from lxml import etree

sheet = etree.XML(
    '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
    '<xsl:template match="/"><out><xsl:value-of select="count(//s)"/></out></xsl:template>'
    "</xsl:stylesheet>"
)
print(etree.tostring(etree.XSLT(sheet)(etree.XML("<t><s/><s/></t>"))).decode())
