// The studio's page: started here, in the browser.
import { render } from 'preact';
import { language } from './language.js';
import { startLive } from './live.js';
import { ObjectsView } from './objects/view.js';
import { followAddress } from './place.js';
import { followRules } from './rules/in-force.js';
import { RulesView } from './rules/view.js';
import { RunningView } from './running/view.js';
import { Shell } from './shell.js';
import { StyleView } from './style/view.js';
import { UploadsView } from './uploads/view.js';

document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
followAddress();
followRules();
startLive();
const contents = {
  uploads: UploadsView,
  style: StyleView,
  rules: RulesView,
  objects: ObjectsView,
  running: RunningView,
};
const root = document.getElementById('studio');
if (root !== null) render(<Shell contents={contents} />, root);
