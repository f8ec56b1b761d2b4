//! Packages of which it is known what native code they have, by name.

/// Packages with native code that bring all that they load beyond the C and C++ libraries.
/// Source: their build files and the lists of their prebuilt archives.
pub(super) const SELF_CONTAINED: [&str; 38] = [
    "bcrypt",
    "better-sqlite3",
    "sqlite3",
    "sharp",
    "canvas",
    "@napi-rs/canvas",
    "skia-canvas",
    "node-sass",
    "argon2",
    "re2",
    "bufferutil",
    "utf-8-validate",
    "sodium-native",
    "leveldown",
    "classic-level",
    "rocksdb",
    "lmdb",
    "snappy",
    "farmhash",
    "heapdump",
    "node-pty",
    "microtime",
    "deasync",
    "fibers",
    "grpc",
    "zeromq",
    "isolated-vm",
    "cpu-features",
    "ssh2",
    "serialport",
    "@serialport/bindings-cpp",
    "msgpackr-extract",
    "iconv",
    "libxmljs",
    "libxmljs2",
    "onnxruntime-node",
    "esbuild",
    "@swc/core",
];

/// Packages with native code that load libraries of the distribution, with those libraries on
/// Debian and on Alpine. Source: their build files.
pub(super) const LINKED: [(&str, &[&str], &[&str]); 3] = [
    ("libpq", &["libpq5"], &["libpq"]),
    ("pg-native", &["libpq5"], &["libpq"]),
    ("kerberos", &["libgssapi-krb5-2"], &["krb5-libs"]),
];

/// Packages whose engines are fetched for the OpenSSL that the image has while they are installed
/// and generated, and look for the same one when they run: where the full image has it, the final
/// stage must have it too; where there is none, it must have none.
/// Source: prisma's documentation of its system requirements.
pub(super) const WITH_OPENSSL: [&str; 4] = [
    "prisma",
    "@prisma/client",
    "@prisma/engines",
    "@prisma/migrate",
];

/// Packages that load libraries, or whole programs, of which it is not known which.
pub(in crate::toolchain::node) const UNKNOWN: [&str; 19] = [
    "puppeteer",
    "puppeteer-core",
    "playwright",
    "playwright-core",
    "playwright-chromium",
    "electron",
    "nodegit",
    "gl",
    "mapnik",
    "odbc",
    "ibm_db",
    "node-rdkafka",
    "node-libcurl",
    "gdal",
    "gdal-async",
    "opencv4nodejs",
    "@u4/opencv4nodejs",
    "usb",
    "phantomjs-prebuilt",
];

/// Packages whose install scripts print or fetch nothing that is native.
pub(super) const HARMLESS: [&str; 11] = [
    "core-js",
    "core-js-pure",
    "es5-ext",
    "protobufjs",
    "@apollo/protobufjs",
    "@nestjs/core",
    "styled-components",
    "ejs",
    "msw",
    "nodemon",
    "@scarf/scarf",
];
