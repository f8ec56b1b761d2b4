const puppeteer = require('puppeteer-core');

async function main() {
  const browser = await puppeteer.launch({
    executablePath: process.env.PUPPETEER_EXECUTABLE_PATH,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  const page = await browser.newPage();
  await page.setContent('<h1>Ferry runs again</h1><script>document.title = 2 + 3</script>');
  const headline = await page.$eval('h1', (element) => element.textContent);
  console.log(`${headline} (${await page.title()})`);
  await browser.close();
}

main();
