use std::io::Read;
fn main() {
    // files on stdin, one a line; prints path \t keyword:first-last ...
    let mut list = String::new();
    std::io::stdin().read_to_string(&mut list).unwrap();
    for path in list.lines() {
        let Ok(bytes) = std::fs::read(path) else {
            continue;
        };
        let Ok(text) = String::from_utf8(bytes) else {
            println!("{path}\tNOTUTF8");
            continue;
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let d = restage::dockerfile::Dockerfile::parse(text);
        let whole: String = d.lines.lines.iter().map(|l| l.span.of(text)).collect();
        assert_eq!(whole, text);
        let mut out = format!("{path}\t");
        for i in &d.instructions {
            out += &format!(
                "{}:{}-{}:{} ",
                i.keyword.of(text).to_uppercase(),
                i.first_line,
                i.last_line,
                i.name()
            );
        }
        println!("{out}");
    }
}
