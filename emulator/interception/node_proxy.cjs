/**
 * Makes Node.js before 24.5 use the proxy of its environment, as later versions do with NODE_USE_ENV_PROXY.
 *
 * `attachment-emulator run` and `env` preload it by NODE_OPTIONS. A library would have to be installed in the program's
 * own project, and none covers both `https` and `fetch`: both open their connections with `tls.connect`.
 */

"use strict";

const http = require("node:http");
const tls = require("node:tls");
const { Duplex } = require("node:stream");

const [major, minor] = process.versions.node.split(".").map(Number);
const readsProxy = major > 24 || (major === 24 && minor >= 5);
const proxy = process.env.HTTPS_PROXY;

if (proxy && !readsProxy) {
  const connect = tls.connect;
  tls.connect = (...parameters) => {
    const { options, callback } = parse(parameters);
    if (options.socket || options.path || isExcluded(options.host ?? "localhost")) return connect(...parameters);
    const { host, port } = options;
    const { stream, opened } = tunnel(host, port);
    const secure = connect({ ...options, socket: stream, servername: options.servername || host }, callback);
    // An idle connection must not keep the program running.
    for (const name of ["ref", "unref"]) {
      const method = secure[name];
      secure[name] = () => {
        opened.then((socket) => socket[name](), () => {});
        return method.call(secure);
      };
    }
    return secure;
  };
}

/** Return the options of `tls.connect(options)`, `(port, options)` and `(port, host, options)`. */
function parse(parameters) {
  const options = {};
  let callback;
  for (const parameter of parameters) {
    if (typeof parameter === "function") callback = parameter;
    else if (typeof parameter === "object") Object.assign(options, parameter);
    else if (typeof parameter === "string" && Number.isNaN(Number(parameter))) options.host = parameter;
    else options.port = Number(parameter);
  }
  return { options, callback };
}

function isExcluded(host) {
  const names = (process.env.NO_PROXY ?? "").split(/[,\s]+/).filter(Boolean);
  return names.some((name) => name === "*" || host === name || host.endsWith(`.${name.replace(/^\*?\./, "")}`));
}

/** Return a stream to a host through the proxy, which waits until the tunnel is open, and a promise of its socket. */
function tunnel(host, port) {
  const { hostname, port: proxyPort, username, password } = new URL(proxy);
  const credential = Buffer.from(decodeURIComponent(`${username}:${password}`)).toString("base64");
  const headers = username ? { "Proxy-Authorization": `Basic ${credential}` } : {};
  const opened = new Promise((resolve, reject) => {
    const request = http.request({
      agent: false,
      method: "CONNECT",
      host: hostname.replace(/^\[|\]$/g, ""),
      port: proxyPort,
      path: `${host}:${port}`,
      headers,
    });
    request.on("connect", (response, socket) => {
      if (response.statusCode === 200) resolve(socket);
      else reject(new Error(`The proxy refuses ${host}:${port} with status ${response.statusCode}.`));
    });
    request.on("error", reject);
    request.end();
  });
  const stream = new Duplex({
    read: () => opened.then((socket) => socket.resume(), () => {}),
    write: (chunk, _, done) => opened.then((socket) => socket.write(chunk, done), done),
    final: (done) => opened.then((socket) => socket.end(done), done),
    destroy: (error, done) => {
      opened.then((socket) => socket.destroy(), () => {});
      done(error);
    },
  });
  opened.then((socket) => {
    socket.on("data", (chunk) => stream.push(chunk) || socket.pause());
    socket.on("end", () => stream.push(null));
    socket.on("error", (error) => stream.destroy(error));
    socket.on("close", () => stream.destroy());
  }, (error) => stream.destroy(error));
  return { stream, opened };
}
