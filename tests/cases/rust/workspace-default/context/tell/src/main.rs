fn main() {
    println!("it is {}", include_str!("../hour.txt").trim());
}
