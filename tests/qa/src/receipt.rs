//! `vremena receipt`: what the text of a code means, or a receipt typed in by hand.

use std::{
    ffi::OsString,
    io::{self, BufRead, Write},
    process::ExitCode,
};

use anyhow::bail;
use chrono::Utc;
use serde::Serialize;
use vremena_core::{
    explanation::Explanation,
    fiscal::{self, CheckRules, FieldFault, ManualEntry},
    locale::{Language, Texts},
};

use crate::receipt_json::{ReceiptJson, in_words, reason_text};

#[derive(clap::Args)]
pub struct Arguments {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// The texts are the fields of one receipt, as a member types them off paper: date and time, total, ФН, ФД, ФП, and
    /// the kind of operation if it is known
    #[arg(long, requires = "texts")]
    by_hand: bool,
    /// Texts of codes; without any, each line of the standard input is one
    texts: Vec<OsString>,
}

#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
    receipt: Option<ReceiptJson<'a>>,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct TypedLine<'a> {
    receipt: Option<ReceiptJson<'a>>,
    faults: Vec<Fault>,
}

#[derive(Serialize)]
struct Fault {
    field: &'static str,
    reason: &'static str,
    sentence: String,
}

/// Prints one line a text. A text that is no receipt is a line with its reason, and no failure.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut out = anstream::stdout().lock();
    if arguments.by_hand {
        let texts: Vec<_> = arguments.texts.iter().map(|text| text.to_string_lossy().into_owned()).collect();
        explain_entry(&entry(&texts)?, arguments.json, &mut out)?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.texts.is_empty() {
        explain_lines(io::stdin().lock(), arguments.json, &mut out)?;
    }
    for text in &arguments.texts {
        explain(text.as_encoded_bytes(), arguments.json, &mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn explain_lines(mut lines: impl BufRead, json: bool, out: &mut impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        explain(text.strip_suffix(b"\r").unwrap_or(text), json, out)?;
        line.clear();
    }
    Ok(())
}

/// `bytes` may be no UTF-8: that is a reason too.
fn explain(bytes: &[u8], json: bool, out: &mut impl Write) -> io::Result<()> {
    let parsed = fiscal::parse_bytes(bytes);
    let text = String::from_utf8_lossy(bytes);
    if json {
        let reason = parsed.as_ref().err().map(|reason| reason.code());
        let line = Line { text: &text, receipt: parsed.as_ref().ok().map(ReceiptJson::from), reason };
        return writeln!(out, "{}", serde_json::to_string(&line)?);
    }
    match parsed {
        Ok(receipt) => writeln!(out, "{}", in_words(&receipt)),
        Err(reason) => writeln!(out, "{}", reason_text(reason.code())),
    }
}

fn entry(texts: &[String]) -> anyhow::Result<ManualEntry> {
    let [issued_at, total, drive_number, document_number, fiscal_sign, operation @ ..] = texts else {
        bail!("a receipt typed in by hand has at least five fields");
    };
    if operation.len() > 1 {
        bail!("a receipt typed in by hand has six fields at most");
    }
    Ok(ManualEntry {
        issued_at: issued_at.clone(),
        total: total.clone(),
        drive_number: drive_number.clone(),
        document_number: document_number.clone(),
        fiscal_sign: fiscal_sign.clone(),
        operation: operation.first().cloned().unwrap_or_default(),
    })
}

/// One line for a receipt; for wrong fields one line each, or all of them in one of JSON.
fn explain_entry(entry: &ManualEntry, json: bool, out: &mut impl Write) -> io::Result<()> {
    let texts = Texts::new(Language::En);
    let told = |fault: &FieldFault| Fault {
        field: fault.field.name(),
        reason: fault.fault.code(),
        sentence: Explanation::of_entry(&texts, fault).sentence,
    };
    let typed = fiscal::manual(entry, Utc::now(), &CheckRules::default());
    let faults: Vec<Fault> = typed.as_ref().err().into_iter().flatten().map(told).collect();
    if json {
        let line = TypedLine { receipt: typed.as_ref().ok().map(ReceiptJson::from), faults };
        return writeln!(out, "{}", serde_json::to_string(&line)?);
    }
    if let Ok(receipt) = &typed {
        writeln!(out, "{}", in_words(receipt))?;
    }
    faults.iter().try_for_each(|fault| writeln!(out, "{}: {}", reason_text(fault.field), fault.sentence))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn explained(lines: &[u8]) -> Vec<Value> {
        let mut out = Vec::new();
        explain_lines(lines, true, &mut out).unwrap();
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn each_line_is_explained() {
        let text = "n=2&fp=99&i=7&fn=01&s=171&t=20190718T131645";
        let lines = explained(format!("{text}\r\nhello").as_bytes());
        let receipt = json!({
            "drive_number": "01", "document_number": 7, "fiscal_sign": 99, "total_kopecks": 17100,
            "issued_at": "2019-07-18T13:16:45+03:00", "operation": "sale_return",
        });
        assert_eq!(lines[0], json!({ "text": text, "receipt": receipt, "reason": null }));
        assert_eq!(lines[1], json!({ "text": "hello", "receipt": null, "reason": "not_a_receipt" }));
    }

    #[test]
    fn any_bytes_are_explained() {
        let long = vec![b'x'; 1 << 20];
        let lines = explained(&[b"\xff\xfe\n\n".as_slice(), &long].concat());
        let reasons: Vec<&Value> = lines.iter().map(|line| &line["reason"]).collect();
        assert_eq!(reasons, ["not_text", "empty", "too_long"]);
    }

    #[test]
    fn an_unknown_operation_is_null() {
        let lines = explained(b"t=20250113T2321&s=1015.73&fn=7284440500173838&i=62887&fp=182171056");
        assert_eq!(lines[0]["receipt"]["operation"], Value::Null);
    }

    fn typed(fields: [&str; 6]) -> Value {
        let mut out = Vec::new();
        explain_entry(&entry(&fields.map(str::to_owned)).unwrap(), true, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_receipt_typed_by_hand_is_a_receipt_or_says_each_wrong_field() {
        let line = typed(["18.07.2019 13:16:45", "171,00", "01", "0000000007", "ФП 99", "возврат прихода"]);
        assert_eq!(line["receipt"], explained(b"n=2&fp=99&i=7&fn=01&s=171&t=20190718T131645")[0]["receipt"]);
        assert_eq!(line["faults"], json!([]));

        let line = typed(["18.07.2019", "1,500", "01", "7", "", "1"]);
        let reasons: Vec<_> = line["faults"].as_array().unwrap().iter().map(|fault| &fault["reason"]).collect();
        assert_eq!(
            (&line["receipt"], reasons),
            (&Value::Null, vec![&json!("malformed"), &json!("ambiguous"), &json!("missing")])
        );
    }

    #[test]
    fn a_form_has_five_fields_or_six() {
        for fields in [0, 4, 7] {
            assert!(entry(&vec![String::new(); fields]).is_err(), "{fields}");
        }
        assert!(entry(&vec![String::new(); 5]).is_ok());
    }
}
