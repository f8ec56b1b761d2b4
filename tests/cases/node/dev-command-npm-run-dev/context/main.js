document.body.textContent = 'panel';
