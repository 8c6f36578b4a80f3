# Every image of Waybill:
#   docker build --target service --build-arg APP=order .     (or payment, audit, notification, psp-simulator)
#   docker build --target shopper .
#   docker build --target tools .                             (migrations and topology; verify and waybill)

# The manifests alone, so that dependencies are installed again only when one of them changes.
FROM node:24-bookworm-slim AS manifests
WORKDIR /waybill
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json -delete && find . -type d -empty -delete

FROM node:24-bookworm-slim AS build
WORKDIR /waybill
COPY --from=manifests /waybill .
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node tools/generate/main.ts \
 && node_modules/.bin/tsc -b apps/order apps/payment apps/audit apps/notification apps/psp-simulator apps/shopper

# One stage for each image: only what its processes load (tools/image).
FROM build AS gathered-service
ARG APP
RUN node tools/image/main.ts "$APP" /gathered
FROM build AS gathered-shopper
RUN node tools/image/main.ts shopper /gathered
FROM build AS gathered-tools
RUN node tools/image/main.ts tools /gathered

# What runs needs Node, not npm, headers and compilers: the node image's own Debian, and its binary.
FROM debian:bookworm-slim AS runtime
COPY --from=build /usr/local/bin/node /usr/local/bin/node
RUN useradd --uid 1000 --no-log-init node
ENV NODE_ENV=production
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.vendor="Waybill" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
USER 1000:1000

FROM runtime AS tools
LABEL org.opencontainers.image.title="waybill-tools" \
      org.opencontainers.image.description="Migrations and topology, and the commands waybill and verify"
WORKDIR /waybill
COPY --from=gathered-tools /gathered ./
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning"]
CMD ["tools/prepare/main.ts"]

FROM runtime AS shopper
LABEL org.opencontainers.image.title="waybill-shopper" \
      org.opencontainers.image.description="Replays real orders of a record shop through the order API"
WORKDIR /waybill/apps/shopper
COPY --from=gathered-shopper /gathered /waybill
ENTRYPOINT ["node", "dist/main.js"]

FROM runtime AS service
ARG APP
LABEL org.opencontainers.image.title="waybill-$APP" \
      org.opencontainers.image.description="The $APP service of Waybill"
# Beyond loopback a service asks for keys; without API_KEYS or JWT_* it does not start.
ENV HOST=0.0.0.0 PORT=8080
EXPOSE 8080
WORKDIR /waybill/apps/$APP
COPY --from=gathered-service /gathered /waybill
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/main.js"]
