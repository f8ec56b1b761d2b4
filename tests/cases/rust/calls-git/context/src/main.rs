use std::error::Error;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::temp_dir().join("initrepo");
    let made = Command::new("git")
        .args(["init", "--quiet"])
        .arg(&dir)
        .status()?;
    if !made.success() {
        return Err("git init failed".into());
    }
    let out = Command::new("git")
        .current_dir(&dir)
        .args(["rev-parse", "--is-inside-work-tree"])
        .output()?;
    print!("{}", String::from_utf8(out.stdout)?);
    Ok(())
}
