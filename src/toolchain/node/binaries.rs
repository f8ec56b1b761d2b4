//! Which package brings which program. In: a package's name. Out: the programs that it puts into
//! `node_modules/.bin`.

/// Packages whose programs have other names than themselves.
/// Source: the `bin` field of each package's manifest on the npm registry.
const PROGRAMS: [(&str, &[&str]); 48] = [
    ("typescript", &["tsc", "tsserver"]),
    (
        "ts-node",
        &[
            "ts-node",
            "ts-node-esm",
            "ts-node-script",
            "ts-node-cwd",
            "ts-script",
        ],
    ),
    ("ts-node-dev", &["ts-node-dev", "tsnd"]),
    ("@nestjs/cli", &["nest"]),
    ("@angular/cli", &["ng"]),
    ("@vue/cli-service", &["vue-cli-service"]),
    ("@vue/cli", &["vue"]),
    ("@babel/cli", &["babel", "babel-external-helpers"]),
    (
        "babel-cli",
        &["babel", "babel-node", "babel-external-helpers"],
    ),
    ("@babel/node", &["babel-node"]),
    ("@swc/cli", &["swc", "swcx", "spack"]),
    ("@swc-node/cli", &["swc-node"]),
    ("webpack-cli", &["webpack-cli", "webpack"]),
    ("webpack", &["webpack"]),
    ("gulp", &["gulp"]),
    ("gulp-cli", &["gulp"]),
    ("grunt-cli", &["grunt"]),
    ("parcel-bundler", &["parcel"]),
    ("nuxt", &["nuxt", "nuxi", "nuxt-cli"]),
    ("nuxt-start", &["nuxt-start"]),
    ("@nuxt/cli", &["nuxt-cli", "nuxi"]),
    ("@remix-run/dev", &["remix"]),
    ("@remix-run/serve", &["remix-serve"]),
    ("@react-router/dev", &["react-router"]),
    ("@react-router/serve", &["react-router-serve"]),
    ("@craco/craco", &["craco"]),
    ("@sveltejs/kit", &["svelte-kit"]),
    ("@strapi/strapi", &["strapi"]),
    ("sequelize-cli", &["sequelize", "sequelize-cli"]),
    (
        "typeorm",
        &["typeorm", "typeorm-ts-node-commonjs", "typeorm-ts-node-esm"],
    ),
    ("npm-run-all", &["npm-run-all", "run-s", "run-p"]),
    (
        "npm-run-all2",
        &["npm-run-all", "run-s", "run-p", "npm-run-all2"],
    ),
    ("cross-env", &["cross-env", "cross-env-shell"]),
    ("dotenv-cli", &["dotenv"]),
    ("concurrently", &["concurrently", "conc"]),
    ("pm2", &["pm2", "pm2-dev", "pm2-docker", "pm2-runtime"]),
    ("http-server", &["http-server"]),
    ("coffee-script", &["coffee", "cake"]),
    ("coffeescript", &["coffee", "cake"]),
    ("@dotenvx/dotenvx", &["dotenvx"]),
    ("tsx", &["tsx"]),
    ("esno", &["esno", "esmo"]),
    ("npm", &["npm", "npx"]),
    ("yarn", &["yarn", "yarnpkg"]),
    ("@yarnpkg/cli-dist", &["yarn", "yarnpkg"]),
    ("pnpm", &["pnpm", "pnpx"]),
    (
        "@google-cloud/functions-framework",
        &["functions-framework", "functions-framework-nodejs"],
    ),
    ("@redwoodjs/cli", &["rw", "redwood"]),
];

/// Whether the package brings a program of that name. One that is not listed brings the program
/// that bears its own name, without the scope.
pub(super) fn brings(package: &str, program: &str) -> bool {
    match PROGRAMS.iter().find(|(known, _)| *known == package) {
        Some((_, programs)) => programs.contains(&program),
        None => package.rsplit('/').next() == Some(program),
    }
}

/// The package that an argument of `npm install` names: `serve` for `serve@14`, `@a/b` for
/// `@a/b@^1`.
pub(super) fn package_of(argument: &str) -> &str {
    let from = usize::from(argument.starts_with('@'));
    let rest = argument.get(from..).unwrap_or_default();
    let end = rest.find('@').map_or(argument.len(), |at| at + from);
    argument.get(..end).unwrap_or(argument)
}

/// The package that an import names: `@a/b` for `@a/b/c`, `ms` for `ms/x`. `None` for files and
/// for what is part of Node.
pub(super) fn package_of_import(module: &str) -> Option<String> {
    if module.is_empty() || module.starts_with(['.', '/', '#']) || module.contains(':') {
        return None;
    }
    let mut parts = module.split('/');
    let first = parts.next()?;
    if !first.starts_with('@') {
        return Some(first.to_owned());
    }
    Some(format!("{first}/{}", parts.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_by_their_packages() {
        assert!(brings("typescript", "tsc"));
        assert!(!brings("typescript", "typescript"));
        assert!(brings("nodemon", "nodemon"));
        assert!(brings("@acme/tool", "tool"));
    }

    #[test]
    fn packages_by_how_they_are_named() {
        for (argument, package) in [
            ("serve@14.2.4", "serve"),
            ("pm2", "pm2"),
            ("@a/b@^1", "@a/b"),
            ("@a/b", "@a/b"),
            ("@", "@"),
            ("", ""),
        ] {
            assert_eq!(package_of(argument), package);
        }
        let import = |module: &str| package_of_import(module);
        assert_eq!(import("@a/b/c.js").as_deref(), Some("@a/b"));
        assert_eq!(import("dotenv/config").as_deref(), Some("dotenv"));
        for none in [
            "./x",
            "node:fs",
            "/x",
            "",
            "@a",
            "#internal",
            "data:text/javascript,1",
        ] {
            assert_eq!(import(none), None, "{none}");
        }
    }
}
