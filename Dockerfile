# One image for both roles: `node dist/server/main.js` (default) and `node dist/worker/main.js`.

FROM node:20-bookworm-slim AS packages
WORKDIR /app
# The CPU build of ONNX Runtime comes inside its npm package; its install script would fetch GPU libraries.
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM packages AS build
RUN npm ci
COPY . .
RUN npm run build

FROM node:20-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ffmpeg \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /data
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
ENV NODE_ENV=production \
    NODE_OPTIONS=--enable-source-maps \
    HOST=0.0.0.0 \
    PORT=4000 \
    DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 4000
CMD ["node", "dist/server/main.js"]
