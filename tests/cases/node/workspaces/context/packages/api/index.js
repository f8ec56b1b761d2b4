console.log(require('@monorepo/shared').name);
