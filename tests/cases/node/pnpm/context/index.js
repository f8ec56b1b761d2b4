console.log('pnpm');
