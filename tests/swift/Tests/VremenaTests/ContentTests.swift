import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// What the gallery shows and hands off.
    @Suite struct ContentTests {
        let gallery: Gallery
        let phone: Phone

        init() async throws {
            gallery = try await Gallery.open()
            phone = try await gallery.signedIn()
        }

        @Test func theFeedIsReadWithItsPicturesAndOffline() async throws {
            let heard = Heard<FeedSnapshot>()
            let subscription = try phone.core.feed().observe(listener: heard)
            let observed = try await heard.until("the feed") { !$0.items.isEmpty }
            let items = try await phone.core.feed().items()
            #expect(observed.items == items)
            let illustrated = try items.first { $0.hasPicture }.orThrow("an item with a picture")
            let picture = try await phone.core.feed().picture(itemId: illustrated.itemId)
            #expect(picture.starts(with: Data([0x89]) + Data("PNG".utf8)))
            try await gallery.admin.network(listening: false)
            #expect(try await phone.core.feed().picture(itemId: illustrated.itemId) == picture)
            try subscription.cancel()
        }

        @Test func whatIsReadIsMarkedOnceAndAlsoWithoutANetwork() async throws {
            let feed = try phone.core.feed()
            let item = try await feed.items().first.orThrow("an item")
            #expect(!item.isRead)
            try await gallery.admin.network(listening: false)
            try await feed.markRead(itemId: item.itemId)
            try await feed.markRead(itemId: item.itemId)
            #expect(try await feed.items().filter(\.isRead).map(\.itemId) == [item.itemId])
            #expect(try await phone.queue().count == 1)
            await #expect(throws: CoreError.NotFound) { try await feed.markRead(itemId: "nobody's") }
            try await gallery.admin.network()
            #expect(try await phone.drain().sent == 1)
            try await phone.core.account().signOut()
            await #expect(throws: CoreError.SignInNeeded) { try await feed.markRead(itemId: item.itemId) }
        }

        @Test func theFirstScreenIsOneSnapshot() async throws {
            let heard = Heard<HomeSnapshot>()
            let subscription = try phone.core.home().observe(listener: heard)
            try await phone.capture(receiptText(1))
            let observed = try await heard.until("the queue on the first screen") { $0.queue.waiting == 1 }
            #expect(try await phone.core.home().snapshot() == observed)
            #expect(try await phone.core.account().member() == observed.member)
            #expect(try await phone.core.wallet().card() == observed.card)
            #expect(observed.session == .active)
            #expect(observed.programme.tier?.id == "vesna" && !observed.feed.isEmpty && observed.nextEvent != nil)
            try await phone.core.account().signOut()
            try await heard.until("an empty first screen") {
                $0.member == nil && $0.session == .signedOut && $0.card == nil && $0.feed.isEmpty
            }
            try subscription.cancel()
        }

        @Test func aRegistrationMadeOfflineIsConfirmedAndCancelled() async throws {
            let events = try phone.core.events()
            let event = try await events.list().first { $0.placesLeft > 0 }.orThrow("an event with places")
            phone.device.network.online.set(false)
            guard case .queued(let wish) = try await events.register(eventId: event.eventId)
            else { throw Missing(what: "a queued wish") }
            #expect(wish.state == .registering && wish.explanation.nextStep == .wait)
            guard case .unchanged = try await events.register(eventId: event.eventId)
            else { throw Missing(what: "the same wish") }
            let queue = try await phone.core.outbox().page(after: 0, limit: 10)
            #expect(queue.count == 1 && queue[0].attempts == 0)
            #expect(try await phone.core.outbox().page(after: queue[0].entryId, limit: 10).isEmpty)

            phone.device.network.online.set(true)
            let report = try await phone.core.outbox().drain(budget: DrainBudget())
            #expect(report == DrainReport(sent: 1, remaining: 0, nextDue: nil, stopped: nil))
            let confirmed = try await registration(event.eventId)
            #expect(confirmed.state == .confirmed && confirmed.ticketCode != nil)
            guard case .queued = try await events.cancel(eventId: event.eventId)
            else { throw Missing(what: "a queued cancellation") }
            #expect(try await phone.core.outbox().drain(budget: DrainBudget()).sent == 1)
            #expect(try await registration(event.eventId).state == .cancelled)
        }

        @Test func aCardThatIsBlockedIsObserved() async throws {
            let heard = Heard<Card?>()
            let subscription = try phone.core.wallet().observe(listener: heard)
            let active = try await heard.until("the card") { $0 != nil }.orThrow("a card")
            #expect(active.status == .active && active.number.count == 16)
            let member = try await phone.core.account().member().orThrow("a member")
            try await gallery.admin.call("PUT", "members/\(member.memberId)/card", ["status": "blocked"])
            #expect(try await phone.core.sync().pull() == SyncReport(changed: true, pending: false))
            try await heard.until("the blocked card") { $0?.status == .blocked }
            #expect(try await phone.core.sync().pull() == SyncReport(changed: false, pending: false))
            try subscription.cancel()
        }

        @Test func aForgedPassAndAForgedLinkAreRefusedWithAReason() async throws {
            let wallet = try phone.core.wallet()
            guard case .verified(let genuine) = try await wallet.applePass() else { throw Missing(what: "a pass") }
            try await gallery.admin.forge("changed_amount")
            guard case .refused(let reason, let explanation) = try await wallet.applePass()
            else { throw Missing(what: "a refusal") }
            #expect(reason == "changed_file" && !explanation.sentence.isEmpty)
            #expect(try Data(contentsOf: URL(fileURLWithPath: genuine.file)) == genuine.bytes)
            try await gallery.admin.forge("google_other_host")
            guard case .refused(let reason, _) = try await wallet.googleLink() else { throw Missing(what: "a refusal") }
            #expect(reason == "other_host")
        }

        @Test func textsAreInTheAppsLanguage() async throws {
            let russian = try phone.core.texts()
            #expect(try russian.money(amount: 123_450) == "1\u{a0}234,50\u{a0}₽")
            #expect(try russian.day(day: CalendarDate(year: 2026, month: 3, day: 31)) == "31 марта 2026")
            #expect(try russian.instant(instant: storyStart) == "14 марта 2026, 15:00")
            #expect(try russian.instant(instant: Date(timeIntervalSince1970: -1.5)) == "1 января 1970, 02:59")

            let english = try await gallery.device().with(language: .en).open().core.texts()
            #expect(try english.money(amount: 123_450) == "1,234.50\u{a0}₽")
            #expect(try english.day(day: CalendarDate(year: 2026, month: 3, day: 31)) == "31 March 2026")
        }

        @Test func historyComesPageByPageWithoutGapsOrRepeats() async throws {
            for number in 1...7 {
                try await phone.capture(receiptText(number))
            }
            #expect(try await page(by: 3) == [7, 6, 5, 4, 3, 2, 1])
        }

        @Test func historyHasNoGapsWhereInstantsHaveFractionsOfASecond() async throws {
            for number in 1...40 {
                let receipt = FiscalReceipt(
                    driveNumber: "7380440801290534", documentNumber: UInt32(number), fiscalSign: 1, total: 10_000,
                    issuedAt: storyStart.addingTimeInterval(-hours + Double(number / 2) / 1_000), operation: .sale)
                _ = try await phone.core.receipts().capture(receipt: receipt, source: .manual)
            }
            #expect(try await page(by: 1) == Array((1...40).reversed()))
        }

        /// The whole history, so many receipts a page.
        private func page(by limit: UInt32) async throws -> [Int64] {
            var (seen, after) = ([Int64](), ReceiptPlace?.none)
            while true {
                let page = try await phone.core.receipts().page(after: after, limit: limit)
                guard let last = page.last else { return seen }
                seen += page.map(\.localId)
                after = ReceiptPlace(issuedAt: last.issuedAt, localId: last.localId)
            }
        }

        private func registration(_ eventId: EventId) async throws -> Registration {
            let event = try await phone.core.events().list().first { $0.eventId == eventId }
            return try (event?.registration).orThrow("a registration")
        }
    }
}
