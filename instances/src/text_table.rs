//! Tables for people: names to the left, numbers to the right.

/// Aligned text: the first column to the left, all others to the right, a rule below the header
/// and above the last `totals` rows. Rows have as many cells as the header.
pub(crate) fn render(header: &[&str], rows: &[Vec<String>], totals: usize) -> String {
    let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&header]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let rule = "-".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1));
    let (body, last) = rows.split_at(rows.len().saturating_sub(totals));
    let mut lines = vec![line(&header, &widths), rule.clone()];
    lines.extend(body.iter().map(|row| line(row, &widths)));
    if !last.is_empty() {
        lines.push(rule);
        lines.extend(last.iter().map(|row| line(row, &widths)));
    }
    lines.join("\n") + "\n"
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
        let pad = " ".repeat(width - cell.chars().count());
        match column {
            0 => line.extend([cell.as_str(), &pad]),
            _ => line.extend(["  ", pad.as_str(), cell]),
        }
    }
    line.trim_end().to_owned()
}

/// A name in at most `width` characters; of long names the end is kept, which tells them apart.
pub(crate) fn shortened(name: &str, width: usize) -> String {
    let length = name.chars().count();
    if length <= width {
        return name.to_owned();
    }
    let end: String = name.chars().skip(length + 1 - width).collect();
    format!("…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [["ä", "1.00"], ["total", "10.00"]].map(|row| row.map(str::to_owned).to_vec());
        let expected = "name   value\n------------\nä       1.00\n------------\ntotal  10.00\n";
        assert_eq!(render(&["name", "value"], &rows, 1), expected);
    }

    #[test]
    fn long_names_keep_their_end() {
        assert_eq!(shortened("A:B:C", 5), "A:B:C");
        assert_eq!(shortened("A:B:CD", 5), "…B:CD");
    }
}
