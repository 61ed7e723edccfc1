package ru.vremenagoda.platform

import java.nio.file.Path
import javax.xml.parsers.DocumentBuilderFactory
import kotlin.io.path.div
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.w3c.dom.Element

/** What the kit asks of the system, and what it keeps from it. */
@RunWith(RobolectricTestRunner::class)
class ManifestTest {
    private val main = Path.of(System.getProperty("vremena.android"))
    private val manifest = parsed(main / "AndroidManifest.xml")
    private val application = manifest.all("application").single()

    @Test
    fun `it asks for what it needs, and for no more`() {
        val permissions = manifest.all("uses-permission").map { it.android("name").removePrefix("android.permission.") }
        assertEquals(setOf("INTERNET", "ACCESS_NETWORK_STATE", "CAMERA", "RECEIVE_BOOT_COMPLETED"), permissions.toSet())
        assertEquals(listOf("false"), manifest.all("uses-feature").map { it.android("required") })
    }

    @Test
    fun `nothing goes in the clear`() = assertEquals("false", application.android("usesCleartextTraffic"))

    @Test
    fun `what it declares is there, and nobody else may call it`() {
        val components = listOf("service", "receiver", "provider", "activity").flatMap { application.all(it) }
        assertTrue(components.isNotEmpty())
        for (component in components) {
            Class.forName(component.android("name"))
            assertEquals("false", component.android("exported"))
        }
    }

    @Test
    fun `no backup takes anything along`() {
        val domains = listOf("root", "file", "database", "sharedpref", "external")
        for ((attribute, parts) in listOf("fullBackupContent" to 1, "dataExtractionRules" to 2)) {
            val file = application.android(attribute).removePrefix("@xml/")
            val excluded = parsed(main / "res" / "xml" / "$file.xml").all("exclude")
            assertEquals(List(parts) { domains }.flatten(), excluded.map { it.getAttribute("domain") })
            assertTrue(excluded.all { it.getAttribute("path") == "." })
        }
    }

    private fun parsed(file: Path): Element {
        val factory = DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }
        return factory.newDocumentBuilder().parse(file.toFile()).documentElement
    }

    private fun Element.all(tag: String): List<Element> =
        getElementsByTagName(tag).let { nodes -> (0 until nodes.length).map { nodes.item(it) as Element } }

    private fun Element.android(name: String): String = getAttributeNS("http://schemas.android.com/apk/res/android", name)
}
