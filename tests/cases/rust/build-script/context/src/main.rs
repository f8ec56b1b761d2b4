const COUNTRIES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/table.rs"));

fn main() {
    for code in std::env::args().skip(1) {
        let name = COUNTRIES.iter().find(|(known, _)| *known == code);
        println!("{code}: {}", name.map_or("unknown", |(_, name)| name));
    }
}
