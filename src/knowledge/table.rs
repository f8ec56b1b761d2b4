//! In: the text of an embedded tab-separated table. Out: its rows.

/// The rows of `text`, each cut into `N` columns: comment and empty lines are skipped,
/// missing columns are empty, and the last column keeps whatever follows it.
pub(super) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut columns = line.splitn(N, '\t');
            std::array::from_fn(|_| columns.next().unwrap_or_default())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_row_has_empty_columns() {
        let all: Vec<[&str; 3]> = rows("# head\n\na\tb\nc\td\te\n").collect();
        assert_eq!(all, [["a", "b", ""], ["c", "d", "e"]]);
    }
}
