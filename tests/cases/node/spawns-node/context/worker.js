console.log(Number(process.argv[2]) ** 2);
