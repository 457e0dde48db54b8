import type { MetricFacts } from '../../language/completion/knowledge.ts';
import type { LanguageService } from '../../language/languageService.ts';
import type { Target } from '../../language/settings/settings.ts';
import type { KnownFiles } from '../knownFiles.ts';

/** What a feature of the server works with. */
export interface FeatureContext {
  readonly files: KnownFiles;
  readonly service: Promise<LanguageService>;
  /** The versions that a file is judged by. */
  readonly targetFor: (uri: string) => Target;
  /** What a connected cluster knows of metrics; undefined where none is connected. */
  readonly metricFacts: () => MetricFacts | undefined;
}
