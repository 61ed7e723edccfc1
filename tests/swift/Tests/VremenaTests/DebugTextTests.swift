import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// What lands in logs when a shell prints what it got. Everything personal is made of what no text may show.
    @Suite struct DebugTextTests {
        static let digits = "8642086420864208"
        static let number: UInt32 = 4_199_331_553
        static let total: Int64 = 77_665_544
        static let word = "Tschaikowskaja"

        private let explanation = Explanation(state: "ok", sentence: "ok", nextStep: .nothing, nextStepSentence: "ok")
        private var identity: FiscalIdentity {
            FiscalIdentity(driveNumber: Self.digits, documentNumber: Self.number, fiscalSign: Self.number)
        }
        private var fiscalReceipt: FiscalReceipt {
            FiscalReceipt(
                driveNumber: Self.digits, documentNumber: Self.number, fiscalSign: Self.number, total: Self.total,
                issuedAt: storyStart, operation: .sale)
        }
        private var receipt: Receipt {
            Receipt(
                localId: 1, receiptId: Self.word, identity: identity, operation: .sale, total: Self.total,
                issuedAt: storyStart, source: .scanned, state: .pending, reason: .dataDiffer, nextCheckAt: nil,
                capturedAt: storyStart, decidedAt: nil, shop: Self.word, category: Self.word, returned: Self.total,
                returnOf: Self.word, rulesVersion: nil, counted: Self.total, isKnownBefore: false, appeal: nil,
                wedgedReason: nil,
                explanation: explanation)
        }
        private var code: FoundCode {
            FoundCode(text: Self.word, corners: [], content: .receipt(receipt: fiscalReceipt))
        }
        private var registration: Registration {
            Registration(
                state: .confirmed, ticketCode: Self.word, reason: nil, wedgedReason: nil, changedAt: storyStart,
                explanation: explanation)
        }
        private var entry: QueueItem {
            QueueItem(
                entryId: 1, kind: "receipt", title: Self.word, createdAt: storyStart, notBefore: storyStart,
                attempts: 0, wedgedReason: nil, isEditable: false, explanation: explanation)
        }
        private var matrix: QrMatrix {
            QrMatrix(size: 2, modules: [true, false, false, true])
        }
        private var card: Card {
            Card(number: Self.digits, status: .active, tier: "vesna", code: matrix)
        }
        private var pass: VerifiedPass {
            VerifiedPass(
                bytes: Data(Self.word.utf8), file: "/\(Self.word)", description: Self.word,
                organizationName: Self.word, serialNumber: Self.digits)
        }
        private var linked: CardLinked {
            CardLinked(number: Self.digits, linkedAt: storyStart, receipts: 2)
        }
        private var member: Member {
            Member(
                memberId: Self.word, joined: CalendarDate(year: 2026, month: 3, day: 14), tier: "vesna",
                tierSince: storyStart)
        }

        @Test func noRecordShowsWhatIsPersonal() {
            for (text, expected) in [
                (card.debugDescription, "Card(Active)"),
                (identity.debugDescription, "FiscalIdentity(…)"),
                (fiscalReceipt.debugDescription, "FiscalReceipt(…)"),
                (matrix.debugDescription, "QrMatrix(2 modules a side)"),
                (receipt.debugDescription, "Receipt(1 Pending Some(DataDiffer))"),
                (entry.debugDescription, "QueueItem(1 receipt None)"),
                (registration.debugDescription, "Registration(Confirmed None)"),
                (pass.debugDescription, "VerifiedPass(14 bytes)"),
                (CardLink.number(number: Self.digits).debugDescription, "CardLink(…)"),
                (CardLink.phone(phone: Self.digits).debugDescription, "CardLink(…)"),
                (linked.debugDescription, "CardLinked(2 receipts)"),
                (SaveLink(url: "https://\(Self.word).example").debugDescription, "SaveLink(…)"),
            ] {
                #expect(text == expected)
            }
            #expect(code.debugDescription.hasPrefix("FoundCode {"))
            #expect(member.debugDescription.hasPrefix("Member {"))
        }

        @Test func whatHoldsARecordShowsNoMoreThanTheRecord() {
            let receipts = ReceiptsSnapshot(recent: [receipt], queued: 0)
            let queue = QueueSnapshot(
                summary: QueueSummary(waiting: 1, wedged: 0), items: [entry], stopped: nil, sentence: "")
            let printed: [Any] = [
                member, card, identity, fiscalReceipt, matrix, receipt, code, registration, pass, receipts,
                entry, queue, CardLink.number(number: Self.digits), linked, CardLinking.linked(card: linked),
                Capture.captured(receipt: receipt), ApplePass.verified(pass: pass),
                RegistrationChange.queued(registration: registration), CodeContent.receipt(receipt: fiscalReceipt),
                FrameOutcome(codes: [code], fresh: 0, advice: nil, adviceAt: nil),
                PictureOutcome.codes(codes: [code], best: 0),
                GoogleLink.verified(link: SaveLink(url: "https://\(Self.word).example")),
                Optional(receipt) as Any, [card],
            ]
            for value in printed {
                for text in [String(describing: value), String(reflecting: value), "\(value)"] {
                    for secret in [Self.digits, "\(Self.number)", "\(Self.total)", Self.word] {
                        #expect(!text.contains(secret), "\(type(of: value)): \(text)")
                    }
                }
            }
        }

        @Test func aRecordThatHoldsNoValueOfItsKindCanBePrintedToo() {
            let typed = FiscalReceipt(
                driveNumber: "not a number yet", documentNumber: 1, fiscalSign: 1, total: 1, issuedAt: storyStart,
                operation: nil)
            #expect(typed.debugDescription == "FiscalReceipt(…)")
        }

        @Test func whatTheCoreHandsOutShowsNothingEither() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let captured = try await phone.capture(receiptText(4_276, roubles: 98_765))
            let card = try await phone.core.wallet().card().orThrow("a card")
            guard case .verified(let link) = try await phone.core.wallet().googleLink()
            else { throw Missing(what: "a link") }
            let home = try await phone.core.home().snapshot()
            for text in [
                "\(captured)", "\(card)", "\(home)", String(reflecting: home), "\(GoogleLink.verified(link: link))",
            ] {
                for secret in ["4276", "98765", "7380440801290534", "1880975916", card.number, link.url] {
                    #expect(!text.contains(secret), "\(text)")
                }
            }
        }
    }
}
