//! What is in an image, read from its files and never by running it.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::engine::{Image, podman};

/// Folders that every PATH has, whatever the image's own says.
const USUAL: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The system's certificates.
const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";

/// The tools that a rewrite of a toolchain leaves behind. `npm` comes with node's own images,
/// which are the runtimes slim and alpine.
pub(crate) fn tools_of(toolchain: &str, runtime: Option<&str>) -> Vec<&'static str> {
    match (toolchain, runtime) {
        ("go", _) => vec!["go", "gcc"],
        ("rust", _) => vec!["cargo", "rustc", "gcc"],
        ("node", Some("slim" | "alpine")) => vec!["gcc", "g++", "make", "python3"],
        ("node", _) => vec!["gcc", "g++", "make", "python3", "npm"],
        _ => vec!["gcc"],
    }
}

/// Whether an image's `User` is root.
pub(crate) fn is_root(user: &str) -> bool {
    matches!(user.split(':').next(), None | Some("" | "root" | "0"))
}

impl Image {
    /// Those of `names` that a folder of PATH holds.
    pub(crate) fn programs(&self, names: &[&str]) -> Result<Vec<String>> {
        let env = self.inspect("{{range .Config.Env}}{{println .}}{{end}}")?;
        let own = env.lines().find_map(|line| line.strip_prefix("PATH="));
        let mut found = Vec::new();
        let root = Mounted::of(self)?;
        for folder in own.unwrap_or_default().split(':').chain(USUAL.split(':')) {
            let folder = root.inside(folder);
            for name in names {
                let there = folder.join(name).symlink_metadata().is_ok();
                if there && !found.iter().any(|it| it == name) {
                    found.push((*name).to_owned());
                }
            }
        }
        Ok(found)
    }

    /// The bytes of all programs (ELF files) at `paths` or below.
    pub(crate) fn size_of_programs(&self, paths: &[&str]) -> Result<u64> {
        let root = Mounted::of(self)?;
        let places = paths.iter().map(|path| root.inside(path));
        places.map(|place| bytes_of_programs(&place)).sum()
    }

    /// The user that its program runs as; empty for none.
    pub(crate) fn user(&self) -> Result<String> {
        self.inspect("{{.Config.User}}")
    }

    /// The system's bundle of certificates.
    pub(crate) fn certificates(&self) -> Result<Vec<u8>> {
        let root = Mounted::of(self)?;
        std::fs::read(root.inside(BUNDLE)).with_context(|| format!("the image lacks /{BUNDLE}"))
    }
}

fn bytes_of_programs(place: &Path) -> Result<u64> {
    let kind = place.symlink_metadata()?;
    if kind.is_dir() {
        let mut sum = 0;
        for entry in std::fs::read_dir(place)? {
            sum += bytes_of_programs(&entry?.path())?;
        }
        return Ok(sum);
    }
    let mut magic = Vec::new();
    if kind.is_file() {
        let file = std::fs::File::open(place)?;
        file.take(4).read_to_end(&mut magic)?;
    }
    Ok(if magic == *b"\x7fELF" { kind.len() } else { 0 })
}

/// The files of an image, for as long as the value lives.
pub(crate) struct Mounted<'a> {
    image: &'a Image,
    root: PathBuf,
}

impl<'a> Mounted<'a> {
    /// Mounts them.
    pub(crate) fn of(image: &'a Image) -> Result<Self> {
        let root = podman(&["image", "mount", image.name()])?;
        let root = PathBuf::from(root);
        Ok(Self { image, root })
    }

    /// The working directory and those around it, on this machine.
    pub(crate) fn directories_of_work(&self) -> Result<Vec<PathBuf>> {
        let directory = self.image.inspect("{{.Config.WorkingDir}}")?;
        let path = Path::new(&directory);
        let around = path.ancestors().filter(|it| it.parent().is_some());
        Ok(around
            .map(|it| self.inside(&it.to_string_lossy()))
            .collect())
    }

    /// The place of a path of the image, a link at its end followed inside the image.
    fn inside(&self, path: &str) -> PathBuf {
        let place = self.root.join(path.trim_start_matches('/'));
        match std::fs::read_link(&place) {
            Ok(target) if target.is_absolute() => {
                let target = target.strip_prefix("/").map_or(target.as_path(), |it| it);
                self.root.join(target)
            }
            Ok(target) => place.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => place,
        }
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = podman(&["image", "unmount", self.image.name()]);
    }
}
