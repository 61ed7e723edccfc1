import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// What the system's local notifications are to remind of.
    @Suite struct ReminderTests {
        @Test func whatExpiresIsToldInTimeAndWhatWasHandedOutAndShownIsNotToldAgain() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let reminders = try phone.core.reminders()
            #expect(try await reminders.plan() == [])
            try await points(phone, gallery)
            let plan = try await reminders.plan()
            let reminder = try plan.first.orThrow("a reminder")
            #expect(plan.count == 1)
            #expect(reminder.subject == .points && reminder.kind == .service)
            #expect(reminder.text == "12 баллов действуют по 31 марта включительно, потом сгорят.")
            #expect(reminder.validUntil > reminder.fireAt)
            #expect(!String(reflecting: reminder).contains("баллов") && !"\(reminder)".contains("баллов"))

            let changes = try await reminders.changes(scheduled: ["another"])
            #expect(changes.cancel == ["another"] && changes.schedule == [reminder])
            let same = try await reminders.changes(scheduled: [reminder.id])
            #expect(same == ReminderChanges(cancel: [], schedule: []))
            try await gallery.timePasses(48 * hours, for: phone.device)
            _ = try await phone.core.sync().pull()
            #expect(try await reminders.plan() == [])
            try await phone.core.shutDown()
        }

        @Test func whoObservesHasThePlanAndEachOtherOne() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let reminders = try phone.core.reminders()
            try await points(phone, gallery)
            let plans = Heard<RemindersSnapshot>()
            let subscription = try reminders.observe(listener: plans)
            let told = try await plans.until("the plan") { $0.isKnown && !$0.plan.isEmpty }.plan
            #expect(try await reminders.changes(scheduled: []).schedule == told)
            try await phone.core.account().signOut()
            try await plans.until("nobody's plan") { $0.isKnown && $0.plan.isEmpty }
            #expect(try await reminders.changes(scheduled: told.map(\.id)).cancel == told.map(\.id))
            try subscription.cancel()
            try await phone.core.shutDown()
        }

        @Test func pausedNothingIsPlanned() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let reminders = try phone.core.reminders()
            try await phone.core.pause()
            await #expect(throws: CoreError.Paused) { try await reminders.plan() }
            await #expect(throws: CoreError.Paused) { try await reminders.changes(scheduled: []) }
            try await phone.core.resume()
            #expect(try await reminders.plan() == [])
            try await phone.core.shutDown()
        }

        /// Twelve points, to the end of March.
        private func points(_ phone: Phone, _ gallery: Gallery) async throws {
            let member = try await phone.core.account().member().orThrow("a member").memberId
            _ = try await gallery.admin.call(
                "POST", "members/\(member)/ledger",
                ["kind": "points", "points": .number(12), "expires": "2026-03-31"])
            _ = try await phone.core.sync().pull()
        }
    }
}
