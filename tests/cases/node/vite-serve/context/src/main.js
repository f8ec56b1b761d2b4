import ms from 'ms';

const unit = import.meta.env.VITE_UNIT ?? 'ms';
document.querySelector('#span').textContent = `${ms('2 days')} ${unit}`;
