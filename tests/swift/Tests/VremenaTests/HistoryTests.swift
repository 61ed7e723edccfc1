import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// The history by month, and what each receipt tells of itself.
    @Suite struct HistoryTests {
        @Test func theHistoryIsFilteredSearchedAndReadPageByPageOffline() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let receipts = try phone.core.receipts()
            try await bought(phone, gallery, roubles: [100, 200, 200])
            try await gallery.admin.network(listening: false)
            let all = try await receipts.history(filter: HistoryFilter(), after: nil, limit: 200)
            let march = try all.months.first.orThrow("a month")
            #expect(all.months.count == 1)
            #expect(march.year == 2026 && march.month == 3 && march.title == "Март 2026")
            #expect(march.receiptCount == 3 && march.counted == 50_000)
            #expect(all.receipts.count == 3 && all.next == nil)
            #expect(!"\(march)".contains("50000") && !"\(HistoryFilter(shops: ["Дом"], text: "дом"))".contains("дом"))

            func numbers(_ filter: HistoryFilter) async throws -> [UInt32] {
                let page = try await receipts.history(filter: filter, after: nil, limit: 200)
                return page.receipts.compactMap { $0.identity?.documentNumber }.sorted()
            }
            #expect(try await numbers(HistoryFilter(text: "200.00")) == [2, 3])
            #expect(try await numbers(HistoryFilter(sources: [.scanned])) == [1, 2, 3])
            #expect(try await numbers(HistoryFilter(states: [.reversed])) == [])
            let shops = try await receipts.shops()
            #expect(!shops.isEmpty)
            #expect(try await numbers(HistoryFilter(shops: shops)) == [1, 2, 3])

            let first = try await receipts.history(filter: HistoryFilter(), after: nil, limit: 2)
            let rest = try await receipts.history(
                filter: HistoryFilter(), after: first.next.orThrow("a second page"), limit: 2)
            #expect(first.receipts + rest.receipts == all.receipts)
            #expect(rest.next == nil)
            try await phone.core.shutDown()
        }

        @Test func aReceiptTellsWhatWasBoughtAndEveryStepUnderOneTrace() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            try await bought(phone, gallery, roubles: [200])
            let receipt = try await phone.onlyReceipt()
            let story = try await phone.core.receipts().story(localId: receipt.localId)
            #expect(story.receipt == receipt)
            #expect(story.changes.map(\.step) == [.captured, .sent, .pending, .credited])
            #expect(Set(story.changes.map(\.traceId)).count == 1 && story.changes[0].traceId != nil)
            #expect(story.changes.allSatisfy { !$0.sentence.isEmpty && $0.reason == nil })
            #expect(story.changes.last?.rulesVersion == 1)
            #expect(story.positions.map(\.sum).reduce(0, +) == receipt.total)
            #expect(story.positions.allSatisfy { $0.quantityThousandths > 0 && $0.price > 0 && !$0.name.isEmpty })
            #expect(receipt.counted == receipt.total && !receipt.isKnownBefore)
            #expect(story.effect == nil)
            for position in story.positions {
                #expect(!"\(story)".contains(position.name))
            }
            try await phone.core.shutDown()
        }

        @Test func aLinkedReturnTellsWhatItHasChanged() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let receipts = try phone.core.receipts()
            let returned = receiptText(2, roubles: 1_000).replacingOccurrences(of: "n=1", with: "n=2")
            for text in [receiptText(1, roubles: 300_000), returned] {
                _ = try await phone.capture(text)
            }
            try await phone.drain()
            let known = try await decided(phone, gallery)
            let purchase = try known.first { $0.operation == .sale }.orThrow("the purchase")
            let back = try known.first { $0.operation == .saleReturn }.orThrow("the return")
            #expect(try await receipts.story(localId: back.localId).effect == nil)
            let (backId, purchaseId) = try (
                back.receiptId.orThrow("the return's name"), purchase.receiptId.orThrow("the purchase's name")
            )
            try await gallery.admin.call("POST", "receipts/\(backId)/link", ["purchase": .string("\(purchaseId)")])
            _ = try await phone.core.sync().pull()
            let effect = try await receipts.story(localId: purchase.localId).effect.orThrow("an effect")
            #expect(try await receipts.story(localId: back.localId).effect == effect)
            #expect(effect.before.tier.id == "leto" && effect.before.sum == 30_000_000)
            #expect(effect.after.tier.id == "vesna" && effect.after.sum == 29_900_000)
            #expect(effect.before.keepBy != nil && effect.after.validUntil == nil)
            #expect(effect.sentence.contains("299\u{a0}000\u{a0}₽"))
            #expect(!"\(effect)".contains("29900000") && !"\(effect)".contains(effect.sentence))
            try await phone.core.shutDown()
        }

        @Test func nothingIsToldOfWhatIsNotThereNorToNobodyNorWhileTheAppIsPaused() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let receipts = try phone.core.receipts()
            await #expect(throws: CoreError.NotFound) { try await receipts.story(localId: 1) }
            try await phone.core.pause()
            await #expect(throws: CoreError.Paused) { try await receipts.story(localId: 1) }
            await #expect(throws: CoreError.Paused) { try await receipts.shops() }
            await #expect(throws: CoreError.Paused) {
                try await receipts.history(filter: HistoryFilter(), after: nil, limit: 10)
            }
            try await phone.core.resume()
            let nobody = try await gallery.phone()
            let none = try nobody.core.receipts()
            await #expect(throws: CoreError.SignInNeeded) { try await none.story(localId: 1) }
            await #expect(throws: CoreError.SignInNeeded) { try await none.shops() }
            await #expect(throws: CoreError.SignInNeeded) {
                try await none.history(filter: HistoryFilter(), after: nil, limit: 10)
            }
            try await nobody.core.shutDown()
            try await phone.core.shutDown()
        }

        /// Credited receipts of these sums.
        private func bought(_ phone: Phone, _ gallery: Gallery, roubles: [Int]) async throws {
            for (place, sum) in roubles.enumerated() {
                _ = try await phone.capture(receiptText(place + 1, roubles: sum))
            }
            try await phone.drain()
            let known = try await decided(phone, gallery)
            #expect(known.allSatisfy { $0.state == .credited })
        }

        private func decided(_ phone: Phone, _ gallery: Gallery) async throws -> [Receipt] {
            for _ in 0..<8 {
                try await gallery.timePasses(hours / 2, for: phone.device)
                _ = try await phone.core.sync().pull()
                let receipts = try await phone.core.receipts().page(after: nil, limit: 200)
                if receipts.allSatisfy({ $0.state != .pending || $0.reason != nil }) { return receipts }
            }
            throw Missing(what: "the tax service's answer")
        }
    }
}
