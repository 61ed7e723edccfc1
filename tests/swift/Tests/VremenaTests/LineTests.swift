import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// The whole line, with an app that works by itself.
    @Suite struct LineTests {
        @Test func fromTheScannerToTheWalletByItself() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.phone(work: .byItself)
            try await gallery.signIn(phone)
            let ladder = Heard<ProgrammeSnapshot>()
            let watchingLadder = try phone.core.programme().observe(listener: ladder)
            let start = try await ladder.until("the first tier with its way up") { $0.toNext != nil }
            #expect(start.tier?.id == "vesna")
            #expect(start.toNext?.missing == 30_000_000)
            try watchingLadder.cancel()

            let scanned = try [scannedPicture(phone), scannedFrame(phone)]
            for code in scanned {
                guard case .receipt(let receipt) = code.content else { throw Missing(what: "a receipt: \(code)") }
                try await gallery.admin.taxTicket(
                    FiscalIdentity(
                        driveNumber: receipt.driveNumber, documentNumber: receipt.documentNumber,
                        fiscalSign: receipt.fiscalSign))
            }

            try await gallery.admin.network(listening: false)
            for code in scanned {
                #expect(try await phone.capture(code.text).state == .captured)
            }
            try await phone.core.shutDown()

            let reopened = try await phone.device.open()
            try await sentAndCredited(reopened, gallery)
            try await progressed(reopened)
            try await registered(reopened)
            try await handedOff(reopened)
            try await reopened.core.shutDown()
        }

        private func scannedPicture(_ phone: Phone) throws -> FoundCode {
            let dress = try Picture.named("01-dress.jpg")
            guard case .codes(let codes, let best) = try phone.core.scanner().picture(bytes: dress.bytes()) else {
                throw Missing(what: "a code in the picture")
            }
            #expect(codes[Int(best)].text == dress.text)
            return codes[Int(best)]
        }

        private func scannedFrame(_ phone: Phone) throws -> FoundCode {
            let scarf = try Picture.named("06-scarf.png")
            let outcome = try phone.core.scanner().live().look(at: Frame(showing: scarf))
            let fresh = try outcome.fresh.orThrow("a fresh code in the frame")
            #expect(outcome.codes[Int(fresh)].text == scarf.text)
            return outcome.codes[Int(fresh)]
        }

        private func sentAndCredited(_ phone: Phone, _ gallery: Gallery) async throws {
            let receipts = Heard<ReceiptsSnapshot>()
            let watching = try phone.core.receipts().observe(listener: receipts)
            let queued = try await receipts.until("what was captured without a network") { $0.queued == 2 }
            #expect(queued.recent.map(\.state) == [.captured, .captured])

            try await gallery.admin.network(listening: true)
            try phone.core.connectivityChanged()
            let sent = try await receipts.until("an empty queue") { $0.queued == 0 }
            #expect(sent.recent.map(\.state) == [.pending, .pending])

            try await gallery.timePasses(2 * hours, for: phone.device)
            try phone.core.foreground()
            let credited = try await receipts.until("two credited receipts") {
                $0.recent.map(\.state) == [.credited, .credited]
            }
            #expect(credited.recent.map(\.total) == [4_890_000, 1_260_000])
            #expect(try await gallery.admin.receipts().count == 2)
            try watching.cancel()
        }

        private func progressed(_ phone: Phone) async throws {
            let programme = try phone.core.programme()
            try await eventually("the sum of both receipts") { try await programme.snapshot().sum == 6_150_000 }
            let progress = try await programme.snapshot()
            #expect(progress.toNext?.missing == 23_850_000)
            #expect(progress.projected == nil)
            #expect(progress.sentence.contains("238\u{a0}500"))
        }

        private func registered(_ phone: Phone) async throws {
            let events = Heard<EventsSnapshot>()
            let watching = try phone.core.events().observe(listener: events)
            let offered = try await events.until("an event") { !$0.events.isEmpty }
            let event = try offered.events.first { $0.registrationOpensAt < $0.startsAt && $0.placesLeft > 0 }
                .orThrow("an event with places")
            let change = try await phone.core.events().register(eventId: event.eventId)
            guard case .queued(let wish) = change else { throw Missing(what: "a queued wish: \(change)") }
            #expect(wish.state == .registering)
            let confirmed = try await events.until("a confirmed registration") {
                $0.events.contains { $0.eventId == event.eventId && $0.registration?.state == .confirmed }
            }
            let ticket = confirmed.events.first { $0.eventId == event.eventId }?.registration?.ticketCode
            #expect(ticket?.isEmpty == false)
            try watching.cancel()
        }

        private func handedOff(_ phone: Phone) async throws {
            guard case .verified(let pass) = try await phone.core.wallet().applePass() else {
                throw Missing(what: "a verified pass")
            }
            #expect(pass.bytes.starts(with: Data("PK".utf8)))
            #expect(try Data(contentsOf: URL(fileURLWithPath: pass.file)) == pass.bytes)
            #expect(!pass.serialNumber.isEmpty && !pass.description.isEmpty && !pass.organizationName.isEmpty)
        }
    }
}
