import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// Arguments that are no values of their kind. Each is passed at the top of a call and inside a record.
    @Suite struct ArgumentTests {
        let gallery: Gallery
        let phone: Phone
        /// Beyond the year 262000.
        let beyond = Date(timeIntervalSince1970: 1e15)

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn()
        }

        @Test func aDriveNumberThatIsNone() async throws {
            for number in ["", "nonsense", "12345678901234567"] {
                await #expect(throws: CoreError.InvalidArgument(code: "drive_number"), "\(number)") {
                    try await phone.core.receipts().capture(receipt: typed(driveNumber: number), source: .manual)
                }
            }
            #expect(try await phone.receipts().isEmpty)
        }

        @Test func aDateThatDoesNotExist() throws {
            for (month, day) in [(2, 30), (13, 1), (0, 0)] as [(UInt32, UInt32)] {
                #expect(throws: CoreError.InvalidArgument(code: "date")) {
                    try phone.core.texts().day(day: CalendarDate(year: 2026, month: month, day: day))
                }
            }
        }

        @Test func anInstantBeyondTheCalendarIsHeldAtItsEnd() async throws {
            #expect(try phone.core.texts().instant(instant: beyond).contains("9999"))
            #expect(try phone.core.texts().instant(instant: Date(timeIntervalSince1970: -1e15)).contains(" 1"))
            let page = try await phone.core.receipts().page(
                after: ReceiptPlace(issuedAt: beyond, localId: 1), limit: 1)
            #expect(page.isEmpty)
            let capture = try await phone.core.receipts().capture(receipt: typed(issuedAt: beyond), source: .manual)
            guard case .notAccepted(let reason, _) = capture else { throw Missing(what: "a refusal") }
            #expect(reason == "in_the_future")
        }

        @Test func aFrameThatTheBufferDoesNotHold() throws {
            let live = try phone.core.scanner().live()
            let luma = Data(repeating: 255, count: 100)
            for (width, height, stride, code) in [
                (0, 10, 10, "empty"), (10, 0, 10, "empty"), (13_000, 10, 13_000, "too_large"),
                (10, 10, 9, "bad_stride"), (10, 11, 10, "short_buffer"),
            ] as [(UInt32, UInt32, UInt32, String)] {
                #expect(throws: CoreError.InvalidArgument(code: code)) {
                    try live.frame(luma: luma, width: width, height: height, stride: stride, rotation: .none)
                }
            }
            #expect(throws: CoreError.InvalidArgument(code: "short_buffer")) {
                try live.frame(luma: Data(), width: 10, height: 10, stride: 10, rotation: .none)
            }
            #expect(try live.frame(luma: luma, width: 10, height: 10, stride: 10, rotation: .none).codes.isEmpty)
        }

        @Test func whatIsTypedByHandIsCapturedOnce() async throws {
            let receipts = try phone.core.receipts()
            guard case .captured(let receipt) = try await receipts.capture(receipt: typed(), source: .manual)
            else { throw Missing(what: "a capture") }
            #expect(receipt.source == .manual && receipt.issuedAt == typed().issuedAt)
            guard case .alreadyKnown(let known) = try await receipts.capture(receipt: typed(), source: .manual)
            else { throw Missing(what: "the same receipt") }
            #expect(known == receipt)
            guard case .notAccepted(let reason, _) = try await receipts.captureText(text: "nonsense")
            else { throw Missing(what: "a refusal") }
            #expect(reason == "not_a_receipt")
        }

        private func typed(
            driveNumber: String = "7380440801290534", issuedAt: Date = storyStart.addingTimeInterval(-hours)
        ) -> FiscalReceipt {
            FiscalReceipt(
                driveNumber: driveNumber, documentNumber: 1, fiscalSign: 1_880_975_916, total: 10_000,
                issuedAt: issuedAt, operation: .sale)
        }
    }
}
