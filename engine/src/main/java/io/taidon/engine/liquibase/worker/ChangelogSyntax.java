package io.taidon.engine.liquibase.worker;

import io.taidon.core.error.ErrorCode;
import io.taidon.core.error.TaidonException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The formats of changelogs, and a look at each file before Liquibase parses it: Liquibase itself
 * allows any number of YAML aliases, and entities of XML as far as the JDK does.
 */
enum ChangelogSyntax {
  XML {
    @Override
    void check(String place, byte[] content) {
      try {
        XMLStreamReader reader = factory().createXMLStreamReader(new ByteArrayInputStream(content));
        while (reader.hasNext()) {
          int event = reader.next();
          if (event == XMLStreamConstants.DTD) {
            throw invalid(
                    place,
                    "has a document type declaration at line "
                        + reader.getLocation().getLineNumber()
                        + ", which could define entities")
                .remedy("Leave out <!DOCTYPE ...>; a changelog needs none.");
          }
          if (event == XMLStreamConstants.START_ELEMENT) {
            return;
          }
        }
      } catch (XMLStreamException e) {
        // Liquibase's own parser says it better.
      }
    }
  },
  YAML {
    @Override
    void check(String place, byte[] content) {
      String text = new String(content, StandardCharsets.UTF_8);
      if (text.indexOf('&') < 0 || text.indexOf('*') < 0) {
        return;
      }
      LoaderOptions options = new LoaderOptions();
      options.setCodePointLimit(Integer.MAX_VALUE);
      options.setMaxAliasesForCollections(MAX_ALIASES);
      try {
        Object unused = new Yaml(new SafeConstructor(options)).load(text);
      } catch (YAMLException e) {
        if (String.valueOf(e.getMessage()).contains("aliases")) {
          throw invalid(place, "has more than " + MAX_ALIASES + " aliases of collections");
        }
        // Liquibase's own parser says it better.
      }
    }
  },
  SQL {
    @Override
    void check(String place, byte[] content) {}
  };

  private static final int MAX_ALIASES = 200;

  /** Throws INVALID_SCRIPT for what would harm the process that parses it. */
  abstract void check(String place, byte[] content);

  /** The format of a file by its name; JSON is parsed as YAML. Empty if it is no changelog. */
  static Optional<ChangelogSyntax> of(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    if (name.endsWith(".xml")) {
      return Optional.of(XML);
    }
    if (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json")) {
      return Optional.of(YAML);
    }
    return name.endsWith(".sql") ? Optional.of(SQL) : Optional.empty();
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    return factory;
  }

  private static TaidonException invalid(String place, String what) {
    return TaidonException.of(ErrorCode.INVALID_SCRIPT, place + " " + what + ".")
        .with("file", place);
  }
}
