console.log('needs libc');
