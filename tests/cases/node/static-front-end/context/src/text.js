export const headline = (year) => `Welcome, it is ${year}`;
