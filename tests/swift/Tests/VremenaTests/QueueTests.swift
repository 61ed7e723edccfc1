import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// What waits, what cannot be sent as it is, and what a member does about it.
    @Suite struct QueueTests {
        let gallery: Gallery
        let phone: Phone
        let outbox: Outbox
        let receipts: Receipts
        let typed = ManualEntry(
            issuedAt: "13.03.2026 12:00", total: "100", driveNumber: "7380440801290534", documentNumber: "1",
            fiscalSign: "1880975916", operation: "приход")

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn()
            outbox = try phone.core.outbox()
            receipts = try phone.core.receipts()
        }

        @Test func whatCannotBeSentSaysWhatItIsAndWhyAndARetrySendsIt() async throws {
            try await phone.capture(receiptText(1))
            let entry = try await wedged()
            #expect(entry.kind == "receipt" && entry.title == "Чек на 100\u{a0}₽ от 13 марта 2026")
            #expect(entry.wedgedReason == "status-400" && !entry.isEditable)
            #expect(entry.explanation.sentence.contains("status-400"))
            #expect(entry.explanation.nextStep == .contactSupport)
            await #expect(throws: CoreError.NotFound) { try await receipts.typed(entryId: entry.entryId) }
            #expect(try await phone.drain().sent == 0)

            try await outbox.retry(entryId: entry.entryId)
            #expect(try await phone.queue().map(\.wedgedReason) == [nil])
            #expect(try await phone.drain() == DrainReport(sent: 1, remaining: 0, nextDue: nil, stopped: nil))
            #expect(try await gallery.admin.receipts().count == 1)
            await #expect(throws: CoreError.NotFound) { try await outbox.retry(entryId: entry.entryId) }
        }

        @Test func aDiscardedReceiptIsGoneAndCanBeCapturedAnew() async throws {
            try await phone.capture(receiptText(1))
            let entry = try await wedged()
            try await outbox.discard(entryId: entry.entryId)
            #expect(try await phone.queue().isEmpty)
            #expect(try await phone.receipts().isEmpty)
            await #expect(throws: CoreError.NotFound) { try await outbox.discard(entryId: entry.entryId) }
            try await phone.capture(receiptText(1))
        }

        @Test func aReceiptTypedInWronglyIsMendedInItsPlace() async throws {
            _ = try await receipts.captureManual(entry: typed)
            let entry = try await wedged()
            #expect(entry.isEditable)
            let form = try await receipts.typed(entryId: entry.entryId)
            #expect(form.documentNumber == "1" && form.total == "100.00")

            let wrong = try await receipts.amend(entryId: entry.entryId, entry: changed(form, total: "1,500"))
            guard case .fieldsRefused(let fields) = wrong else { throw Missing(what: "a refusal: \(wrong)") }
            #expect(fields.map(\.field) == [.total])
            #expect(try await phone.queue() == [entry])

            let right = try await receipts.amend(entryId: entry.entryId, entry: changed(form, documentNumber: "2"))
            guard case .captured(let receipt) = right else { throw Missing(what: "a capture: \(right)") }
            #expect(receipt.identity?.documentNumber == 2)
            #expect(try await phone.drain().remaining == 0)
            #expect(try await phone.onlyReceipt().identity?.documentNumber == 2)
            #expect(try await gallery.admin.receipts().count == 1)
        }

        @Test func whatStillWaitsCanBeNeitherRetriedNorDiscardedNorMended() async throws {
            _ = try await receipts.captureManual(entry: typed)
            let entry = try await phone.queue().first.orThrow("an entry")
            #expect(entry.wedgedReason == nil && !entry.isEditable && entry.explanation.nextStep == .wait)
            for entryId in [entry.entryId, entry.entryId + 1, -1, .max] {
                await #expect(throws: CoreError.NotFound) { try await outbox.retry(entryId: entryId) }
                await #expect(throws: CoreError.NotFound) { try await outbox.discard(entryId: entryId) }
                await #expect(throws: CoreError.NotFound) { try await receipts.typed(entryId: entryId) }
                await #expect(throws: CoreError.NotFound) { try await receipts.amend(entryId: entryId, entry: typed) }
            }
            #expect(try await phone.queue() == [entry])
        }

        @Test func aDrainTriesNoMoreEntriesThanItsBudgetHas() async throws {
            for number in 1...5 {
                try await phone.capture(receiptText(number))
            }
            let none = try await phone.drain(DrainBudget(entries: 0))
            #expect(none.sent == 0 && none.remaining == 5 && none.stopped == .budgetSpent)
            let two = try await phone.drain(DrainBudget(entries: 2))
            #expect(two.sent == 2 && two.remaining == 3 && two.stopped == .budgetSpent && two.nextDue != nil)
            #expect(try await gallery.admin.receipts().count == 2)
            let rest = try await phone.drain(DrainBudget(time: hours, entries: 10))
            #expect(rest == DrainReport(sent: 3, remaining: 0, nextDue: nil, stopped: nil))
            let nothing = try await phone.drain(DrainBudget(entries: 0))
            #expect(nothing == DrainReport(sent: 0, remaining: 0, nextDue: nil, stopped: nil))
        }

        @Test func aDrainWhoseTimeRunsOutOverARequestGivesItUpAndNothingIsLost() async throws {
            try await phone.capture(receiptText(1))
            try await phone.capture(receiptText(2))
            try await gallery.admin.network(faults: ["never"])
            let report = try await phone.drain(DrainBudget(time: 0.5))
            #expect(report.sent == 0 && report.remaining == 2 && report.stopped == .budgetSpent)
            #expect(try await phone.drain(DrainBudget(time: 0)).stopped == .budgetSpent)
            try await gallery.admin.network()
            #expect(try await phone.drain().sent == 2)
            #expect(try await gallery.admin.receipts().count == 2)
        }

        @Test func whoeverObservesTheQueueSeesWhatWaitsWhatCannotBeSentAndWhy() async throws {
            let heard = Heard<QueueSnapshot>()
            let subscription = try outbox.observe(listener: heard)
            let none = QueueSummary(waiting: 0, wedged: 0)
            let first = try await heard.until("a queue")
            #expect(first == QueueSnapshot(summary: none, items: [], stopped: nil, sentence: ""))

            phone.device.network.online.set(false)
            try await phone.capture(receiptText(1))
            try await phone.capture(receiptText(2))
            #expect(try await phone.drain().stopped == .offline)
            let offline = try await heard.until("what keeps it") { $0.stopped == .offline && $0.summary.waiting == 2 }
            #expect(try await phone.queue() == offline.items)
            #expect(offline.sentence.contains("2 ") && offline.sentence.contains("связи"))

            phone.device.network.online.set(true)
            try await gallery.admin.network(faults: ["pass", "status:400"])
            try await phone.drain()
            let wedged = try await heard.until("what cannot be sent") {
                $0.summary == QueueSummary(waiting: 0, wedged: 1) && $0.stopped == nil
            }
            #expect(wedged.items.map(\.wedgedReason) == ["status-400"])
            #expect(!wedged.sentence.isEmpty && wedged.sentence != offline.sentence)
            try await outbox.discard(entryId: wedged.items[0].entryId)
            let empty = try await heard.until("an empty queue") { $0.items.isEmpty }
            #expect(empty.summary == none && empty.sentence.isEmpty)
            try subscription.cancel()
        }

        @Test func aPushsHintPullsWhatItNamesAndEverythingWhereItIsNotKnown() async throws {
            let sync = try phone.core.sync()
            var expected = try await asked()
            #expect(try await sync.pullHinted(hint: "card, member") == SyncReport(changed: false, pending: false))
            for named in ["card", "member"] {
                expected[named, default: 0] += 1
            }
            #expect(try await asked() == expected)
            let member = try await phone.core.account().member().orThrow("a member")
            try await gallery.admin.call("PUT", "members/\(member.memberId)/card", ["status": "blocked"])
            #expect(try await sync.pullHinted(hint: "card").changed)
            #expect(try await phone.core.wallet().card()?.status == .blocked)
            for hint in ["", "of a newer gallery"] {
                let before = try await asked()
                #expect(try await !sync.pullHinted(hint: hint).changed)
                #expect(try await asked() == before.mapValues { $0 + 1 }, "\(hint)")
            }
            try await phone.core.pause()
            await #expect(throws: CoreError.Paused) { try await sync.pullHinted(hint: "card") }
        }

        /// The only entry, after the gallery could make nothing of it.
        private func wedged() async throws -> QueueItem {
            try await gallery.admin.network(faults: ["status:400"])
            let report = try await phone.drain()
            #expect(report.sent == 0 && report.remaining == 1 && report.stopped == nil)
            return try await phone.queue().first.orThrow("an entry")
        }

        private func changed(
            _ form: ManualEntry, total: String? = nil, documentNumber: String? = nil
        ) -> ManualEntry {
            ManualEntry(
                issuedAt: form.issuedAt, total: total ?? form.total, driveNumber: form.driveNumber,
                documentNumber: documentNumber ?? form.documentNumber, fiscalSign: form.fiscalSign,
                operation: form.operation)
        }

        /// How often the gallery was asked for what.
        private func asked() async throws -> [String: Int] {
            var counts = [String: Int]()
            for resource in ["programme/rules", "receipts", "ledger", "member", "card", "events", "feed"] {
                counts[resource] = try await gallery.admin.requests("GET", "/v1/" + resource)
            }
            return counts
        }
    }
}
