use super::libraries::{debian, library, missing_library, program};
use super::*;

#[test]
fn a_folder_of_ldconfig_counts_when_it_has_run() {
    let image = || {
        debian()
            .program("app", program(&["libvips.so.42"]).bytes())
            .file("etc/ld.so.conf.d/libc.conf", "/usr/local/lib\n")
            .file(
                "usr/local/lib/libvips.so.42",
                library("libvips.so.42").bytes(),
            )
    };
    let cache = ld_so_cache(&[("libvips.so.42", "/usr/local/lib/libvips.so.42")]);
    assert_eq!(lacks(image()), [missing_library("/app", "libvips.so.42")]);
    assert_eq!(lacks(image().file("etc/ld.so.cache", &cache)), []);
    let old = [b"ld.so-1.7.0\0\0\0\0\0".as_slice(), &cache].concat();
    assert_eq!(lacks(image().file("etc/ld.so.cache", old)), []);
    for length in 0..cache.len() {
        lacks(image().file("etc/ld.so.cache", &cache[..length]));
    }
}

/// The cache that `ldconfig` would write.
fn ld_so_cache(libraries: &[(&str, &str)]) -> Vec<u8> {
    let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let mut head = b"glibc-ld.so.cache1.1".to_vec();
    let (mut entries, mut texts) = (Vec::new(), Vec::new());
    let texts_at = 48 + 24 * libraries.len();
    for (name, path) in libraries {
        let name_at = texts_at + texts.len();
        texts.extend([name.as_bytes(), b"\0", path.as_bytes(), b"\0"].concat());
        let words = [0x303, name_at, name_at + name.len() + 1, 0, 0, 0];
        entries.extend(words.map(number).concat());
    }
    head.extend([libraries.len(), texts.len()].map(number).concat());
    head.push(2);
    head.resize(48, 0);
    [head, entries, texts].concat()
}
