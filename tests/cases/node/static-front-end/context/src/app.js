import { headline } from './text.js';

document.querySelector('main').textContent = headline(new Date().getFullYear());
