//! The name that somebody meant.

/// `, did you mean …?`, where a name is near; nothing where none is.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|known| (distance(name, known), known))
        .min()
        .filter(|(distance, known)| *distance <= 1 + known.len() / 3)
        .map_or(String::new(), |(_, known)| {
            format!(", did you mean `{known}`?")
        })
}

/// How many letters must be added, removed or replaced.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_said_where_one_is_near() {
        let names = || ["conns", "events", "drops"].into_iter();
        assert_eq!(nearest("cons", names()), ", did you mean `conns`?");
        assert_eq!(nearest("event", names()), ", did you mean `events`?");
        assert_eq!(nearest("packets", names()), "");
    }
}
