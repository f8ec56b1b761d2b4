from node:22-bookworm as builder

workdir /usr/src/app

copy package.json .
run --mount=type=cache,target=/root/.npm npm install --omit=dev

copy . .

from gcr.io/distroless/nodejs22-debian13
env PORT=8080
copy --from=builder --chown=65532:65532 /usr/src/app /usr/src/app
workdir /usr/src/app
user 65532:65532
label maintainer="shop team <shop@example.com>"
expose 8080
cmd ["index.js"]
