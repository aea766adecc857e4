//! Rows of a spreadsheet: an Excel file, or a CSV in UTF-8 or GBK.

use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, XlsxError};
use encoding_rs::GB18030;
use rust_xlsxwriter::{Format, Workbook};
use thiserror::Error;

/// The largest file that is read.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Why a file is no table.
#[derive(Debug, Error)]
pub enum SheetError {
    /// It cannot be read or written.
    #[error("{}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// It is larger than anything that could be meant.
    #[error("{} is larger than 64 MiB: split it", .0.display())]
    TooLarge(PathBuf),
    /// Neither .xlsx nor .csv.
    #[error("{} is neither .xlsx nor .csv: save it as one of them", .0.display())]
    Kind(PathBuf),
    /// It is called .xlsx and is none.
    #[error("{} is no Excel workbook: save it as .xlsx, or as .csv", .path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: Box<XlsxError>,
    },
    /// A workbook could not be written.
    #[error("failed to write {}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: Box<rust_xlsxwriter::XlsxError>,
    },
}

/// The cells of a file's first sheet as text, row by row, from its first row on.
pub fn read(path: &Path) -> Result<Vec<Vec<String>>, SheetError> {
    let failed = |error| SheetError::File { path: path.to_owned(), error };
    if fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
        return Err(SheetError::TooLarge(path.to_owned()));
    }
    match extension(path).as_deref() {
        Some("xlsx") => read_workbook(path),
        Some("csv") => Ok(parse_csv(&decode(&fs::read(path).map_err(failed)?))),
        Some(_) | None => Err(SheetError::Kind(path.to_owned())),
    }
}

/// Writes rows as the file's name says. The first is the row of titles. A CSV is UTF-8 with a mark that Excel knows it by.
pub fn write(path: &Path, rows: &[Vec<String>]) -> Result<(), SheetError> {
    match extension(path).as_deref() {
        Some("xlsx") => write_workbook(path, rows),
        Some("csv") => {
            let text: String = rows.iter().map(|row| csv_line(row)).collect();
            let written = fs::write(path, format!("\u{feff}{text}"));
            written.map_err(|error| SheetError::File { path: path.to_owned(), error })
        }
        Some(_) | None => Err(SheetError::Kind(path.to_owned())),
    }
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

fn read_workbook(path: &Path) -> Result<Vec<Vec<String>>, SheetError> {
    let failed = |error: XlsxError| SheetError::Workbook { path: path.to_owned(), error: Box::new(error) };
    let mut workbook: Xlsx<_> = calamine::open_workbook(path).map_err(failed)?;
    let Some(range) = workbook.worksheet_range_at(0) else { return Ok(Vec::new()) };
    let range = range.map_err(failed)?;
    // A range begins at the first cell that is not empty; its rows are counted from the sheet's first.
    let above = range.start().map_or(0, |(row, _)| row as usize);
    let left = range.start().map_or(0, |(_, column)| column as usize);
    let rows = range.rows().map(|row| {
        let blank = std::iter::repeat_n(String::new(), left);
        blank.chain(row.iter().map(cell)).collect()
    });
    Ok(std::iter::repeat_n(Vec::new(), above).chain(rows).collect())
}

/// A number that Excel took for a figure is written out again, without an exponent.
fn cell(cell: &Data) -> String {
    match cell {
        Data::Float(value) if value.fract() == 0.0 && value.abs() < 1e15 => format!("{value:.0}"),
        other => other.to_string().trim().to_owned(),
    }
}

fn write_workbook(path: &Path, rows: &[Vec<String>]) -> Result<(), SheetError> {
    let failed = |error| SheetError::Write { path: path.to_owned(), error: Box::new(error) };
    workbook(rows).and_then(|mut workbook| workbook.save(path)).map_err(failed)
}

/// A workbook in memory.
pub fn workbook_bytes(rows: &[Vec<String>]) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    workbook(rows)?.save_to_buffer()
}

fn workbook(rows: &[Vec<String>]) -> Result<Workbook, rust_xlsxwriter::XlsxError> {
    let mut workbook = Workbook::new();
    // Text, so that Excel leaves telephone numbers as they are.
    let text = Format::new().set_num_format("@");
    let title = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    for column in 0..rows.first().map_or(0, Vec::len) {
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        sheet.set_column_width(column, 20)?;
        sheet.set_column_format(column, &text)?;
    }
    for (number, row) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            let format = if number == 0 { &title } else { &text };
            sheet.write_string_with_format(number, column, cell, format)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(workbook)
}

/// UTF-8, with or without its mark; what is not UTF-8 is taken for GB18030, of which GBK and GB2312 are parts.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// RFC 4180, with the line ends of any system and blanks around cells taken off.
fn parse_csv(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            ',' if !quoted => row.push(finished(&mut cell)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' | '\r' if !quoted => {
                row.push(finished(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(finished(&mut cell));
        rows.push(row);
    }
    rows
}

fn finished(cell: &mut String) -> String {
    std::mem::take(cell).trim().to_owned()
}

/// A row of a CSV.
pub fn csv_line(row: &[String]) -> String {
    let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
    cells.join(",") + "\r\n"
}

/// In quotes if it must be. A text that a spreadsheet would take for a formula gets a blank before it.
fn quoted(cell: &str) -> String {
    let formula =
        cell.starts_with(['=', '@', '\t']) || (cell.starts_with(['+', '-']) && cell.contains(['(', '!', '|']));
    let cell = if formula { format!(" {cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        parse_csv(text)
    }

    #[test]
    fn a_csv_is_read_whoever_wrote_it() {
        let expected = [["号码", "原因"], ["13800138000", "骚扰, 多次"], ["95588", "说\"你好\"\n走了"]];
        let text = "号码,原因\r\n13800138000,\"骚扰, 多次\"\n 95588 , \"说\"\"你好\"\"\n走了\"";
        assert_eq!(cells(text), expected);
        assert_eq!(cells(&(text.to_owned() + "\n")), expected);
        assert_eq!(cells(""), Vec::<Vec<String>>::new());
        assert_eq!(cells(",\n\n"), [vec![String::new(), String::new()], vec![String::new()]]);
    }

    #[test]
    fn utf_8_and_gbk_are_told_apart() {
        let text = "号码,原因\n13800138000,骚扰电话\n";
        let (gbk, _, _) = GB18030.encode(text);
        assert_eq!(decode(&gbk), text);
        assert_eq!(decode(text.as_bytes()), text);
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()), text);
    }

    #[test]
    fn what_was_written_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let rows = [["号码", "原因"], ["+8613800138000", "骚扰, \"多次\""], ["+86170*", "a\nb"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        for name in ["list.csv", "LIST.XLSX"] {
            let path = dir.path().join(name);
            write(&path, &rows).unwrap();
            assert_eq!(read(&path).unwrap(), rows, "{name}");
        }
        assert!(matches!(write(&dir.path().join("x.ods"), &rows), Err(SheetError::Kind(_))));
        fs::write(dir.path().join("not.xlsx"), "no workbook").unwrap();
        assert!(matches!(read(&dir.path().join("not.xlsx")), Err(SheetError::Workbook { .. })));
    }

    #[test]
    fn a_formula_is_no_formula_any_more() {
        assert_eq!(quoted("=1+1"), " =1+1");
        assert_eq!(quoted("+8613800138000"), "+8613800138000");
        assert_eq!(quoted("+cmd|' /C calc'!A0"), " +cmd|' /C calc'!A0");
    }
}
