use std::fs;
use std::os::unix::fs::MetadataExt;

fn main() -> std::io::Result<()> {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "entry.txt".into());
    fs::write(&path, "dear diary\n")?;
    println!("{path} belongs to {}", fs::metadata(&path)?.uid());
    Ok(())
}
