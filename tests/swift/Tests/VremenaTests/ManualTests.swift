import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// Receipts that a member types in by hand.
    @Suite struct ManualTests {
        let gallery: Gallery
        let phone: Phone
        /// The receipt of `receiptText(1)`, off paper.
        let typed = ManualEntry(
            issuedAt: "13.03.26 12:00", total: "ИТОГ = 100,00", driveNumber: "ФН 7380 4408 0129 0534",
            documentNumber: "0000000001", fiscalSign: "1880975916", operation: "Приход")

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn()
        }

        @Test func whatIsTypedOffPaperIsCapturedAndIsTheScannedReceipt() async throws {
            let receipts = try phone.core.receipts()
            guard case .captured(let receipt) = try await receipts.captureManual(entry: typed)
            else { throw Missing(what: "a capture") }
            #expect(receipt.source == .manual)
            guard case .alreadyKnown(let again) = try await receipts.captureManual(entry: typed)
            else { throw Missing(what: "the same receipt, typed") }
            guard case .alreadyKnown(let scanned) = try await receipts.captureText(text: receiptText(1))
            else { throw Missing(what: "the same receipt, scanned") }
            #expect(again == receipt && scanned == receipt)
        }

        @Test func eachWrongFieldIsToldAtOnce() async throws {
            let wrong = ManualEntry(
                issuedAt: "15.03.2026 12:00", total: "1,500", driveNumber: "12345678901234567", documentNumber: "чек",
                fiscalSign: "", operation: "расход")
            let capture = try await phone.core.receipts().captureManual(entry: wrong)
            guard case .fieldsRefused(let fields) = capture else { throw Missing(what: "a refusal") }
            #expect(
                fields.map(\.field)
                    == [.issuedAt, .total, .driveNumber, .documentNumber, .fiscalSign, .operation])
            #expect(
                fields.map(\.reason)
                    == [
                        "in_the_future", "ambiguous", "out_of_range", "malformed", "missing", "unsupported_operation",
                    ])
            #expect(Set(fields.map(\.explanation.sentence)).count == 6)
            #expect(try await phone.receipts().isEmpty)
        }

        @Test func nothingThatWasTypedIsPrinted() {
            for text in [typed.debugDescription, "\(typed)", String(reflecting: [typed])] {
                #expect(!text.contains { $0.isNumber }, "\(text)")
            }
        }
    }
}
