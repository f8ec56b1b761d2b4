from golang:1.24 as builder

workdir /dice
copy . .
env CGO_ENABLED=0
run --mount=type=cache,target=/root/.cache/go-build go build -o dice .

from gcr.io/distroless/static-debian13
env DICE_SEED=42
copy --from=builder --chown=65532:65532 /dice/dice /dice/dice
workdir /dice
user 65532:65532
entrypoint ["./dice"]
